package io.deltaport.server.call;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.request.Event;
import io.deltaport.server.json.ApiException;

/**
 * How one API tells what comes of a call: piece by piece, or whole. Both are made of the same
 * events. Belongs to one call; its events come one after the other.
 */
public interface Reply {
  /** What an event of a request of the call adds to the stream; nothing is an empty text. */
  String piece(int request, Event event);

  /** How the stream ends after all events. */
  String last();

  /** How the stream ends where it fails. */
  String failure(ApiException failure);

  /** What shows that a silent stream is alive; nothing is an empty text. */
  String ping();

  /** The content type of the stream. */
  String contentType();

  /** The whole answer. */
  ObjectNode whole(Transcript transcript);
}
