/**
 * Chat templates: a conversation in, the very text that transformers' {@code apply_chat_template}
 * makes out, or the error that Python raises. {@link io.deltaport.template.ChatTemplates} finds the
 * templates of a model directory, {@link io.deltaport.template.ChatTemplate} is one compiled
 * template, {@link io.deltaport.template.ChatRequest} what it renders. Of the packages below this
 * one only {@link io.deltaport.template.options} is for other modules.
 */
@NullMarked
package io.deltaport.template;

import org.jspecify.annotations.NullMarked;
