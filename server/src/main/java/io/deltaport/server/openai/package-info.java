/** OpenAI's APIs: chat completions, completions, responses, models. */
@NullMarked
package io.deltaport.server.openai;

import org.jspecify.annotations.NullMarked;
