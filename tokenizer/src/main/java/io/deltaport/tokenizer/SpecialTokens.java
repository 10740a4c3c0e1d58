package io.deltaport.tokenizer;

/** What becomes of special tokens ({@code <|im_end|>} and the like) in decoded text. */
public enum SpecialTokens {
  /** Their text is kept. */
  KEEP,
  /** They are left out, as {@code skip_special_tokens=True} of transformers does. */
  SKIP
}
