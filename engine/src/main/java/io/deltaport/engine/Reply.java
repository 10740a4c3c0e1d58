package io.deltaport.engine;

import io.deltaport.engine.request.Generation;

/**
 * A turn of the model.
 *
 * @param generation its output as it came
 * @param content the answer alone
 * @param reasoning what was thought before, empty where there was none
 * @param promptTokens tokens of the rendered conversation
 * @param keptTokens how many of them were there from the turns before and not read again
 */
public record Reply(
    Generation generation, String content, String reasoning, long promptTokens, long keptTokens) {}
