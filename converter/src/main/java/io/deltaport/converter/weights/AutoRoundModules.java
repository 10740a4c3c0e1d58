package io.deltaport.converter.weights;

import io.deltaport.converter.weights.StoredWeight.Packed.Grouping;
import io.deltaport.loader.config.QuantizationConfig.AutoRound;
import io.deltaport.loader.config.QuantizationConfig.AutoRound.Scheme;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * AutoRound's export: packed as GPTQ or AWQ do, with bits and groups of their own for the modules
 * that {@code extra_config} names, in full or by an expression that is found in the name.
 */
final class AutoRoundModules implements MatrixStorage {
  /** How the integers of a checkpoint are packed. */
  private enum Packer {
    GPTQ {
      @Override
      PackedNames names(int bits, long group) {
        return PackedNames.gptq(bits, 1, group, Grouping.RUNS);
      }
    },
    /** GPTQ with zero points as they are. */
    GPTQ_V2 {
      @Override
      PackedNames names(int bits, long group) {
        return PackedNames.gptq(bits, 0, group, Grouping.RUNS);
      }
    },
    AWQ {
      @Override
      PackedNames names(int bits, long group) {
        if (bits != 4) {
          throw MatrixStorage.refused("auto-round packed as awq", "4 bits", bits + " bits");
        }
        return PackedNames.awq(group);
      }
    };

    abstract PackedNames names(int bits, long group);

    static Packer of(String format) {
      return switch (format) {
        case "auto_round:auto_gptq", "auto_round:gptq" -> GPTQ;
        case "auto_round", "auto_round:gptqmodel" -> GPTQ_V2;
        case "auto_round:auto_awq", "auto_round:awq" -> AWQ;
        default ->
            throw MatrixStorage.refused(
                "auto-round: packing_format",
                "auto_round:auto_gptq, auto_round:gptqmodel, auto_round:auto_awq or auto_round",
                format);
      };
    }
  }

  /** What no module's name has. */
  private static final Pattern EXPRESSION = Pattern.compile("[^\\w.]");

  private static final long PLAIN_BITS = 16;

  private final Packer packer;
  private final AutoRound config;
  private final Map<Pattern, Scheme> expressions = new LinkedHashMap<>();

  AutoRoundModules(AutoRound config) {
    this.packer = Packer.of(config.packingFormat());
    this.config = config;
    config
        .modules()
        .forEach(
            (name, scheme) -> {
              if (EXPRESSION.matcher(name).find()) {
                expressions.put(ModulePattern.compile(name), scheme);
              }
            });
  }

  @Override
  public Fp8Matrices fp8(MatrixSource source) {
    return new MatrixStorage.Unnamed(config.method()).fp8(source);
  }

  @Override
  public Optional<PackedNames> packed(MatrixSource source, CheckpointTensors tensors) {
    Scheme scheme = scheme(source);
    int bits = MatrixStorage.bits("auto-round: " + source.module(), scheme.bits());
    return Optional.of(packer.names(bits, MatrixStorage.whole(scheme.groupSize())));
  }

  /** A module that the config calls plain but that is packed has the scheme of the others. */
  private Scheme scheme(MatrixSource source) {
    Optional<Scheme> named = Optional.ofNullable(config.modules().get(source.module()));
    return named
        .or(() -> byExpression(source.module()))
        .filter(scheme -> scheme.bits() < PLAIN_BITS)
        .orElse(config.scheme());
  }

  private Optional<Scheme> byExpression(String module) {
    return expressions.entrySet().stream()
        .filter(entry -> entry.getKey().matcher(new BoundedText(module)).find())
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
