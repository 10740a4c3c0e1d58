package io.deltaport.engine.run;

import io.deltaport.engine.chat.ChatParser;
import io.deltaport.engine.constrain.Demand;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A request as the model reads it.
 *
 * @param ids its tokens, at least one
 * @param savePoints places where another prompt is likely to part from it, in rising order
 * @param parsers reads the output of that number as a message of a chat; null = outputs are text
 * @param demand what its outputs must be
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Encoded(
    int[] ids, int[] savePoints, @Nullable IntFunction<ChatParser> parsers, Demand demand) {}
