package io.deltaport.converter.calibrate;

import java.util.Optional;

/**
 * What went into the matrices of a decoder layer over a text, a row a token.
 *
 * @param mixer {@code [tokens, hidden]}, into the projections that begin the token mixer
 * @param mixed {@code [tokens, heads * head_dim]}, into its output projection
 * @param mlp {@code [tokens, hidden]}, into the MLP
 * @param routerLogits {@code [tokens, experts]} of a sparse MLP
 */
public record LayerInputs(
    FloatTable mixer, FloatTable mixed, FloatTable mlp, Optional<FloatTable> routerLogits) {}
