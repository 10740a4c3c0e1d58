package io.deltaport.evaluate.parity;

import io.deltaport.loader.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What official transformers computed for a checkpoint, as {@code reference.safetensors} has it.
 * Token ids and masks are in memory; the values stay in the file and are read row by row.
 *
 * @param prefill the prompt, and what came out
 * @param steps steps that continue it, in order
 * @param drafts what the multi-token-prediction head gave
 * @param loss mean cross-entropy of the prompt's next tokens
 * @param auxLoss the router's load-balancing loss over the prompt
 * @param errors of a tensor, by its name: how far official float32 is from it, the largest
 *     difference at a real token; where the file says
 * @param unknown names of tensors that are none of these; a comparison with such a file fails
 */
public record Reference(
    Optional<Prefill> prefill,
    List<DecodeStep> steps,
    Optional<Drafts> drafts,
    Optional<Double> loss,
    Optional<Double> auxLoss,
    Map<String, Double> errors,
    List<String> unknown) {
  /** Copies. */
  public Reference {
    steps = List.copyOf(steps);
    errors = Map.copyOf(errors);
    unknown = List.copyOf(unknown);
  }

  /**
   * Reads and checks the file; values of floating point are not read.
   *
   * @throws io.deltaport.loader.CheckpointException if it is no safetensors file
   * @throws io.deltaport.runtime.options.RunException if a tensor is missing or of another type or
   *     shape
   */
  public static Reference read(Path file) {
    return new ReferenceReader(file).read();
  }

  /**
   * The first pass.
   *
   * @param ids {@code [batch, seq]}
   * @param mask {@code [batch, seq]}, 1 = a token
   * @param logits {@code [batch, seq, vocab or labels]}; of a sequence classifier {@code [batch,
   *     labels]}
   * @param lastHiddenState {@code [batch, seq, hidden]}
   * @param hiddenStates those that the file has, {@code [batch, seq, hidden]}
   * @param routerLogits those that the file has, {@code [batch * seq, experts]}
   */
  public record Prefill(
      TokenTable ids,
      TokenTable mask,
      Optional<Tensor> logits,
      Optional<Tensor> lastHiddenState,
      List<Tensor> hiddenStates,
      List<Tensor> routerLogits) {
    /** Copies. */
    public Prefill {
      hiddenStates = List.copyOf(hiddenStates);
      routerLogits = List.copyOf(routerLogits);
    }
  }

  /**
   * A step that goes on from the cache.
   *
   * @param ids {@code [batch, n]}
   * @param mask {@code [batch, all so far]}, in the order after {@code beams}
   * @param beams which row each row goes on from; empty = its own
   * @param logits {@code [batch, n, vocab]}
   */
  public record DecodeStep(
      TokenTable ids, TokenTable mask, List<Integer> beams, Optional<Tensor> logits) {
    /** Copies. */
    public DecodeStep {
      beams = List.copyOf(beams);
    }
  }

  /**
   * Row t is the head's draft of token t + 2.
   *
   * @param ids {@code [1, n]}
   * @param logits {@code [1, n - 1, vocab]}
   * @param lastHiddenState {@code [1, n - 1, hidden]}
   */
  public record Drafts(TokenTable ids, Optional<Tensor> logits, Optional<Tensor> lastHiddenState) {}
}
