package io.deltaport.converter.weights;

import io.deltaport.converter.weights.StoredWeight.Packed.Grouping;
import io.deltaport.loader.config.QuantizationConfig.CompressedTensors;
import io.deltaport.loader.config.QuantizationConfig.Group;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The groups of a compressed-tensors config. A module takes what its tensors cannot show (the size
 * of its groups, what shares a scale) from the group that targets it; of several from that with the
 * most specific target: a name, then an expression, then a class.
 */
final class ConfigGroups implements MatrixStorage {
  private static final Set<String> FORMATS =
      Set.of(
          "dense",
          "pack-quantized",
          "float-quantized",
          "naive-quantized",
          "nvfp4-pack-quantized",
          "mxfp4-pack-quantized",
          "mixed-precision");

  /** What the values of a group's weights are. */
  private enum Kind {
    PACKED_INTEGERS,
    FP8,
    FP4
  }

  /** A group, one of its targets, and what they tell. */
  private record Scheme(ModulePattern target, Group group) {}

  private final Map<Kind, List<Scheme>> schemes = new EnumMap<>(Kind.class);

  ConfigGroups(CompressedTensors config) {
    requireFormat("format", config.format());
    for (Kind kind : Kind.values()) {
      schemes.put(
          kind,
          config.groups().stream()
              .filter(group -> kind(group) == kind)
              .flatMap(
                  group ->
                      group.targets().stream()
                          .map(target -> new Scheme(ModulePattern.of(target), group)))
              .sorted(Comparator.comparing(Scheme::target))
              .toList());
    }
  }

  @Override
  public Fp8Matrices fp8(MatrixSource source) {
    return group(Kind.FP8, source)
        .map(group -> new Fp8Matrices(Fp8Matrices.SCALE, List.of(fp8(group))))
        .orElseGet(() -> new MatrixStorage.Unnamed("compressed-tensors").fp8(source));
  }

  @Override
  public Optional<PackedNames> packed(MatrixSource source, CheckpointTensors tensors) {
    Optional<Group> group = group(Kind.PACKED_INTEGERS, source);
    if (group.isEmpty()) {
      tensors.report(
          source.name(), "a group of config_groups with int weights that targets it", "none");
    }
    return group.map(ConfigGroups::packed);
  }

  private static PackedNames packed(Group group) {
    return PackedNames.compressedTensors(
        (int) group.bits(),
        MatrixStorage.whole(group.groupSize()),
        group.symmetric(),
        group.ordering() == Group.Ordering.GROUP ? Grouping.PERMUTED : Grouping.RUNS);
  }

  /** The group that targets a module; where none does, the only one of the kind. */
  private Optional<Group> group(Kind kind, MatrixSource source) {
    List<Scheme> all = schemes.getOrDefault(kind, List.of());
    Optional<Group> targeted =
        all.stream()
            .filter(scheme -> scheme.target().matches(source))
            .findFirst()
            .map(Scheme::group);
    List<Group> groups = all.stream().map(Scheme::group).distinct().collect(Collectors.toList());
    return targeted.isPresent() || groups.size() != 1 ? targeted : Optional.of(groups.get(0));
  }

  private static Kind kind(Group group) {
    group.format().ifPresent(format -> requireFormat("config_groups: format", format));
    String found = group.type() + " of " + group.bits() + " bits by " + group.strategy();
    return switch (group.type() + group.bits()) {
      case "int4", "int8" -> {
        require(group, Set.of("group", "channel"), found);
        yield Kind.PACKED_INTEGERS;
      }
      case "float8" -> {
        require(group, Set.of("tensor", "channel", "group", "block"), found);
        yield Kind.FP8;
      }
      case "float4" -> {
        require(group, Set.of("group", "tensor_group"), found);
        yield Kind.FP4;
      }
      default -> throw unreadable(found);
    };
  }

  private static void require(Group group, Set<String> strategies, String found) {
    if (!strategies.contains(group.strategy())) {
      throw unreadable(found);
    }
  }

  private static RuntimeException unreadable(String found) {
    return MatrixStorage.refused(
        "config_groups",
        "int of 4 or 8 bits by group or channel, float of 8 bits by tensor, channel, group or"
            + " block, or float of 4 bits by group",
        found);
  }

  private static void requireFormat(String where, String format) {
    if (!FORMATS.contains(format)) {
      throw MatrixStorage.refused(
          where, "one of " + String.join(", ", FORMATS.stream().sorted().toList()), format);
    }
  }

  private static Fp8 fp8(Group group) {
    return switch (group.strategy()) {
      case "tensor" -> Fp8.TENSOR;
      case "channel" -> Fp8.CHANNEL;
      case "block" -> new Fp8(group.blockStructure().get(0), group.blockStructure().get(1));
      default -> new Fp8(1, MatrixStorage.whole(group.groupSize()));
    };
  }
}
