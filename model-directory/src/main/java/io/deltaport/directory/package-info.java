/**
 * The model directory, the one contract between conversion and running: {@code deltaport.json} as
 * records, and the checks that a directory must pass before anything else reads it.
 *
 * <p>In: a directory of a stranger. Out: a {@link io.deltaport.directory.ModelDirectory} whose
 * graphs hold ops of {@code ai.deltaport} only, name only files that its manifest lists, and whose
 * files are those of the conversion.
 */
@NullMarked
package io.deltaport.directory;

import org.jspecify.annotations.NullMarked;
