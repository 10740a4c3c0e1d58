/** Between messages and text: what a template reads, what an output says. */
@NullMarked
package io.deltaport.engine.chat;

import org.jspecify.annotations.NullMarked;
