package io.deltaport.server.http;

import io.deltaport.engine.request.Event;
import io.deltaport.server.call.Call;
import io.deltaport.server.call.Failures;
import io.deltaport.server.call.Reply;
import io.deltaport.server.call.Running;
import io.deltaport.server.call.Transcript;
import io.deltaport.server.model.ModelService;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A call on its way from the engine to the client. A client that goes away ends it, wherever it is:
 * in the queue, in its prompt, between two events.
 */
final class Answering {
  private final Exchange exchange;
  private final Call call;
  private final Transcript transcript = new Transcript();
  private final Optional<StreamWriter> stream;
  private final AtomicBoolean hasBegun = new AtomicBoolean();

  private Answering(Exchange exchange, Call call) {
    this.exchange = exchange;
    this.call = call;
    Reply reply = call.reply();
    this.stream =
        call.isStream()
            ? Optional.of(new StreamWriter(exchange, reply.contentType(), reply.ping()))
            : Optional.empty();
  }

  /**
   * Submits a call.
   *
   * @throws RuntimeException if it is refused
   */
  static void start(Exchange exchange, Call call, ModelService model, Departure departure) {
    Answering answering = new Answering(exchange, call);
    departure.then(() -> answering.stream.ifPresent(StreamWriter::closed));
    Running running = Running.submit(model, call.requests(), answering::on);
    departure.then(running::cancel);
    answering.stream.ifPresent(writer -> exchange.onLoop(writer::begin));
  }

  private void on(int request, Event event) {
    if (event instanceof Event.Finished finished) {
      exchange.took(finished.usage());
    }
    if (stream.isPresent()) {
      tell(stream.get(), request, event);
    } else {
      collect(request, event);
    }
  }

  private void tell(StreamWriter writer, int request, Event event) {
    Reply reply = call.reply();
    if (event instanceof Event.Failed failed) {
      fail(writer, failed);
      return;
    }
    String piece = reply.piece(request, event);
    boolean isLast = event instanceof Event.Finished;
    String more = isLast ? piece + reply.last() : piece;
    if (!more.isEmpty()) {
      hasBegun.set(true);
      writer.write(more);
    }
    if (isLast) {
      writer.end();
    }
  }

  /** An error before the stream began has a status of its own. */
  private void fail(StreamWriter writer, Event.Failed failed) {
    exchange.onLoop(
        () -> {
          if (!hasBegun.get() && !exchange.response().headWritten()) {
            writer.closed();
            exchange.fail(failed.failure());
          } else {
            writer.writeNow(call.reply().failure(Failures.of(failed.failure())));
            writer.end();
          }
        });
  }

  private void collect(int request, Event event) {
    transcript.add(request, event);
    if (event instanceof Event.Failed failed) {
      exchange.fail(failed.failure());
    } else if (event instanceof Event.Finished) {
      exchange.json(call.reply().whole(transcript));
    }
  }
}
