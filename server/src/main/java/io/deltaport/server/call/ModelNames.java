package io.deltaport.server.call;

import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import io.deltaport.server.model.ModelService;
import java.util.List;

/** What the one model is called: {@code *} among the names stands for any. */
public final class ModelNames {
  private static final String ANY = "*";
  private static final int LONGEST = 100;

  private final List<String> names;
  private final boolean isAny;

  /** The names that the server was given; where there are none, the model's own. */
  public ModelNames(List<String> given) {
    isAny = given.contains(ANY);
    names = given.stream().filter(name -> !name.equals(ANY)).distinct().toList();
  }

  /** All but {@code *}, at least one. */
  public List<String> all(ModelService model) {
    return names.isEmpty() ? List.of(model.name()) : names;
  }

  /**
   * The name that a request has for the model, or the first where it has none.
   *
   * @throws ApiException if it is another's
   */
  public String of(Fields body, ModelService model) {
    return checked(body.string("model").orElse(all(model).get(0)), model);
  }

  /**
   * This name.
   *
   * @throws ApiException if it is another model's
   */
  public String checked(String name, ModelService model) {
    if (!isAny && !all(model).contains(name)) {
      String found = name.length() <= LONGEST ? name : name.substring(0, LONGEST) + "...";
      String others = String.join(", ", all(model));
      throw new ApiException(
          ApiException.Kind.NO_MODEL,
          "The model `" + found + "` does not exist; this server has " + others);
    }
    return name;
  }
}
