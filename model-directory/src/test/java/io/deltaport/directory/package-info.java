/** Tests of the contract, each over graphs and manifests of its own. */
@NullMarked
package io.deltaport.directory;

import org.jspecify.annotations.NullMarked;
