package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.session.GraphSession;
import java.util.ArrayList;
import java.util.List;

/** Where each request's tokens and wanted rows lie in one packed run. */
final class Packing {
  /**
   * One request's share: its tokens, rows of logits and rows of hidden states, each counted over
   * the run.
   */
  record Part(
      int firstToken,
      int tokens,
      int firstLogit,
      int logits,
      int firstHidden,
      int hidden,
      int topK) {}

  private final List<? extends Request> requests;
  private final List<Part> parts;
  private final List<Integer> kept = new ArrayList<>();
  private int tokens;
  private int logits;
  private int hidden;
  private int topK;

  private Packing(List<? extends Request> requests) {
    this.requests = requests;
    this.parts = new ArrayList<>(requests.size());
  }

  /** Lays requests out one after the other; what the graph cannot give is an error. */
  static Packing of(List<? extends Request> requests, GraphSession graph) {
    Packing packing = new Packing(requests);
    for (Request request : requests) {
      packing.add(request, graph);
    }
    return packing;
  }

  private void add(Request request, GraphSession graph) {
    int logitRows = logitRows(request, graph);
    int hiddenRows = request.hidden().count(request.tokens());
    checkHas(graph, GraphNames.LAST_HIDDEN_STATE, hiddenRows);
    checkHas(graph, GraphNames.TOP_IDS, request.topK());
    parts.add(
        new Part(tokens, request.tokens(), logits, logitRows, hidden, hiddenRows, request.topK()));
    tokens = Math.addExact(tokens, request.tokens());
    logits = Math.addExact(logits, logitRows);
    hidden = Math.addExact(hidden, hiddenRows);
    topK = Math.max(topK, request.topK());
  }

  private static int logitRows(Request request, GraphSession graph) {
    RowSelection rows = request.logits();
    if (rows == null) {
      return graph.outputs().contains(GraphNames.LOGITS) ? 1 : 0;
    }
    int count = rows.count(request.tokens());
    checkHas(graph, GraphNames.LOGITS, count);
    return count;
  }

  private static void checkHas(GraphSession graph, String output, int wanted) {
    if (wanted > 0 && !graph.outputs().contains(output)) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "this model has no output %s, its outputs are %s".formatted(output, graph.outputs()));
    }
  }

  /** Also fetches the hidden state of a token of the run; gives its row. */
  int keepHidden(int token) {
    kept.add(token);
    return hidden + kept.size() - 1;
  }

  int size() {
    return parts.size();
  }

  Request request(int index) {
    return requests.get(index);
  }

  Part part(int index) {
    return parts.get(index);
  }

  int tokens() {
    return tokens;
  }

  int logits() {
    return logits;
  }

  /** Rows of hidden states, the kept ones last. */
  int hidden() {
    return hidden + kept.size();
  }

  List<Integer> kept() {
    return kept;
  }

  int topK() {
    return topK;
  }
}
