package io.deltaport.evaluate.parity;

import io.deltaport.evaluate.parity.Reference.DecodeStep;
import io.deltaport.evaluate.parity.Reference.Drafts;
import io.deltaport.evaluate.parity.Reference.Prefill;
import io.deltaport.loader.tensor.Tensor;
import io.deltaport.loader.tensor.TensorData;
import io.deltaport.runtime.options.RunException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a {@link Reference}, which may come from a stranger: every name, type, shape and index is
 * checked.
 */
final class ReferenceReader {
  private final Path file;
  private final ReferenceTensors tensors;

  ReferenceReader(Path file) {
    this.file = file;
    this.tensors = ReferenceTensors.open(file);
  }

  Reference read() {
    Optional<Prefill> prefill = tensors.tokens("prefill.input_ids").map(this::prefill);
    List<DecodeStep> steps = prefill.map(this::steps).orElse(List.of());
    Optional<Drafts> drafts = tensors.tokens("mtp.input_ids").map(this::drafts);
    Optional<Double> loss = prefill.flatMap(p -> tensors.scalar("loss"));
    Optional<Double> auxLoss = prefill.flatMap(p -> tensors.scalar("aux_loss"));
    return new Reference(prefill, steps, drafts, loss, auxLoss, tensors.errors(), tensors.names());
  }

  private Prefill prefill(TokenTable ids) {
    TokenTable mask = mask("prefill", ids, ids.seq());
    int batch = ids.batch();
    int seq = ids.seq();
    return new Prefill(
        ids,
        mask,
        tensors.floatsOfRank("prefill.logits", new long[] {batch, seq, -1}, new long[] {batch, -1}),
        tensors.floats("prefill.last_hidden_state", batch, seq, -1),
        tensors.numbered("prefill.hidden_states.", batch, seq, -1),
        tensors.numbered("prefill.router_logits.", (long) batch * seq, -1));
  }

  private List<DecodeStep> steps(Prefill prefill) {
    List<DecodeStep> steps = new ArrayList<>();
    TokenTable before = prefill.mask();
    while (tensors.any("decode." + steps.size() + ".")) {
      DecodeStep step = step("decode." + steps.size(), before);
      before = step.mask();
      steps.add(step);
    }
    return steps;
  }

  private DecodeStep step(String name, TokenTable before) {
    TokenTable ids =
        tensors.tokens(name + ".input_ids").orElseThrow(() -> missing(name + ".input_ids"));
    if (ids.batch() != before.batch()) {
      throw refused(
          name + ".input_ids", "a batch of " + before.batch(), String.valueOf(ids.batch()));
    }
    TokenTable mask = mask(name, ids, before.seq() + ids.seq());
    List<Integer> beams = beams(name + ".beam_idx", before.batch());
    requireSamePast(name + ".attention_mask", mask, before, beams);
    return new DecodeStep(
        ids, mask, beams, tensors.floats(name + ".logits", ids.batch(), ids.seq(), -1));
  }

  private List<Integer> beams(String name, int batch) {
    List<Integer> beams = new ArrayList<>();
    Optional<Tensor> tensor = tensors.integers(name, batch);
    if (tensor.isPresent()) {
      for (long beam : TensorData.toLongs(tensor.get())) {
        if (beam < 0 || beam >= batch) {
          throw refused(name, "rows 0 to " + (batch - 1), String.valueOf(beam));
        }
        beams.add((int) beam);
      }
    }
    return beams;
  }

  private void requireSamePast(
      String name, TokenTable mask, TokenTable before, List<Integer> beams) {
    for (int b = 0; b < mask.batch(); b++) {
      int from = beams.isEmpty() ? b : beams.get(b);
      for (int s = 0; s < before.seq(); s++) {
        if (mask.get(b, s) != before.get(from, s)) {
          throw refused(
              name + "[" + b + ", " + s + "]",
              before.get(from, s) + ", as in the step before",
              String.valueOf(mask.get(b, s)));
        }
      }
    }
  }

  private TokenTable mask(String name, TokenTable ids, int seq) {
    String full = name + ".attention_mask";
    TokenTable mask = tensors.tokens(full).orElseThrow(() -> missing(full));
    if (mask.batch() != ids.batch() || mask.seq() != seq) {
      throw refused(full, ids.batch() + " x " + seq, mask.batch() + " x " + mask.seq());
    }
    for (int b = 0; b < mask.batch(); b++) {
      for (int s = 0; s < seq; s++) {
        if (mask.get(b, s) != 0 && mask.get(b, s) != 1) {
          throw refused(full + "[" + b + ", " + s + "]", "0 or 1", String.valueOf(mask.get(b, s)));
        }
      }
    }
    return mask;
  }

  private Drafts drafts(TokenTable ids) {
    if (ids.batch() != 1 || ids.seq() < 2) {
      throw refused("mtp.input_ids", "one row of at least 2 ids", ids.batch() + " x " + ids.seq());
    }
    long rows = ids.seq() - 1L;
    return new Drafts(
        ids,
        tensors.floats("mtp.logits", 1, rows, -1),
        tensors.floats("mtp.last_hidden_state", 1, rows, -1));
  }

  private RunException missing(String name) {
    return refused(name, "a tensor", "none");
  }

  private RunException refused(String name, String expected, String found) {
    return ReferenceTensors.refused(file.getFileName() + ": " + name, expected, found);
  }
}
