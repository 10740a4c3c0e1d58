package io.deltaport.converter.weights;

import java.util.OptionalInt;

/**
 * Which weight of a model: no two weights have the same.
 *
 * @param layer of a weight that every layer has: its number among the layers of the state pool,
 *     where the MTP head's come after the model's
 * @param expert of a weight that every routed expert has
 */
public record WeightId(Role role, OptionalInt layer, OptionalInt expert) {
  /** {@code EXPERT_UP of layer 3, expert 7}. */
  @Override
  public String toString() {
    return role
        + (layer.isPresent() ? " of layer " + layer.getAsInt() : "")
        + (expert.isPresent() ? ", expert " + expert.getAsInt() : "");
  }
}
