package io.deltaport.engine.request;

import io.deltaport.template.ChatRequest;

/**
 * One request to a model. Immutable; the {@code with} methods return a new one.
 *
 * @param prompt what is continued, scored or classified
 * @param task which of these
 * @param options how an output is made
 * @param constraint what its text must be
 * @param toolChoice whether a chat's tools are called
 * @param parallelToolCalls whether an output may have more than one call; else it ends after one
 * @param scheduling how it takes its turn
 */
public record Request(
    Prompt prompt,
    Task task,
    GenerationOptions options,
    Constraint constraint,
    ToolChoice toolChoice,
    boolean parallelToolCalls,
    Scheduling scheduling) {
  /** Continues token ids. */
  public static Request tokens(GenerationOptions options, int... ids) {
    return of(new Prompt.Tokens(ids), options);
  }

  /** Continues a text. */
  public static Request text(GenerationOptions options, String text) {
    return of(new Prompt.Text(text), options);
  }

  /** Answers the last message of a chat. */
  public static Request chat(GenerationOptions options, ChatRequest chat) {
    return of(new Prompt.Chat(chat, false), options);
  }

  /** Continues a prompt. */
  public static Request of(Prompt prompt, GenerationOptions options) {
    return new Request(
        prompt, Task.GENERATE, options, Constraint.NONE, ToolChoice.AUTO, true, Scheduling.USUAL);
  }

  public Request with(Task value) {
    return new Request(
        prompt, value, options, constraint, toolChoice, parallelToolCalls, scheduling);
  }

  public Request with(GenerationOptions value) {
    return new Request(prompt, task, value, constraint, toolChoice, parallelToolCalls, scheduling);
  }

  public Request with(Constraint value) {
    return new Request(prompt, task, options, value, toolChoice, parallelToolCalls, scheduling);
  }

  public Request with(ToolChoice value) {
    return new Request(prompt, task, options, constraint, value, parallelToolCalls, scheduling);
  }

  public Request with(Scheduling value) {
    return new Request(prompt, task, options, constraint, toolChoice, parallelToolCalls, value);
  }

  /** Whether an output may have more than one tool call. */
  public Request withParallelToolCalls(boolean value) {
    return new Request(prompt, task, options, constraint, toolChoice, value, scheduling);
  }
}
