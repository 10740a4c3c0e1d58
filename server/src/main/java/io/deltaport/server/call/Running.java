package io.deltaport.server.call;

import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.EngineException.Reason;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.StopReason;
import io.deltaport.engine.request.Task;
import io.deltaport.engine.request.Usage;
import io.deltaport.server.model.ModelService;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The requests of a call in the engine, told as one: outputs are counted through, the last of them
 * to finish finishes the call, and one that fails takes the others with it.
 */
public final class Running {
  /** Told of the events of a call, one after the other; {@code request} is the place of its own. */
  @FunctionalInterface
  public interface Listener {
    void on(int request, Event event);
  }

  private final Listener listener;
  private final List<Handle> handles = new CopyOnWriteArrayList<>();
  private int left;
  private Optional<Usage> usage = Optional.empty();
  private volatile boolean isOver;

  private Running(int requests, Listener listener) {
    this.left = requests;
    this.listener = listener;
  }

  /**
   * Submits all of them, or none.
   *
   * @throws EngineException if one is refused
   */
  public static Running submit(ModelService model, List<Request> requests, Listener listener) {
    Running running = new Running(requests.size(), listener);
    int outputs = 0;
    for (int i = 0; i < requests.size(); i++) {
      Request request = requests.get(i);
      int place = i;
      int first = outputs;
      try {
        running.add(model.submit(request, event -> running.on(place, first, event)));
      } catch (RuntimeException e) {
        running.cancel();
        throw e;
      }
      outputs += request.task() instanceof Task.Generate ? request.options().outputs() : 0;
    }
    return running;
  }

  /** Ends them all; nothing more is told. Never waits. */
  public void cancel() {
    isOver = true;
    handles.forEach(Handle::cancel);
  }

  private void add(Handle handle) {
    handles.add(handle);
    if (isOver) {
      handle.cancel();
    }
  }

  /** Events of several requests come on several threads; they are told one after the other. */
  private synchronized void on(int request, int firstOutput, Event event) {
    if (isOver) {
      return;
    }
    if (event instanceof Event.Finished finished) {
      finished(request, finished.usage());
    } else if (event instanceof Event.Failed) {
      failed(request, event);
    } else if (event instanceof Event.ChoiceFinished end && end.reason() == StopReason.CANCELLED) {
      failed(request, new Event.Failed(new EngineException(Reason.CLOSED, "shutting down")));
    } else {
      listener.on(request, Choices.shifted(event, firstOutput));
    }
  }

  private void failed(int request, Event event) {
    cancel();
    listener.on(request, event);
  }

  private void finished(int request, Usage more) {
    usage = Optional.of(usage.map(sum -> sum(sum, more)).orElse(more));
    left--;
    if (left == 0) {
      isOver = true;
      listener.on(request, new Event.Finished(usage.get()));
    }
  }

  private static Usage sum(Usage a, Usage b) {
    return new Usage(
        a.promptTokens() + b.promptTokens(),
        a.cachedTokens() + b.cachedTokens(),
        a.outputTokens() + b.outputTokens(),
        a.reasoningTokens() + b.reasoningTokens(),
        a.draftedTokens() + b.draftedTokens(),
        a.acceptedTokens() + b.acceptedTokens(),
        a.seed(),
        a.queued(),
        a.firstToken(),
        a.total().compareTo(b.total()) > 0 ? a.total() : b.total());
  }
}
