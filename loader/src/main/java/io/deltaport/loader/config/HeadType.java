package io.deltaport.loader.config;

/** What a model gives for its last hidden states: the suffix of a transformers class. */
public enum HeadType {
  /** {@code …ForCausalLM}: logits over the vocabulary. */
  CAUSAL_LM,
  /** {@code …Model}: the hidden states themselves. */
  BASE_MODEL,
  /** {@code …ForSequenceClassification}: one row of logits a sequence. */
  SEQUENCE_CLASSIFICATION,
  /** {@code …ForTokenClassification}: one row of logits a token. */
  TOKEN_CLASSIFICATION,
  /** {@code …ForQuestionAnswering}: logits of the first and the last token of an answer. */
  QUESTION_ANSWERING;

  /** How many labels it needs at least. */
  long leastLabels() {
    return switch (this) {
      case CAUSAL_LM, BASE_MODEL, QUESTION_ANSWERING -> 0;
      case SEQUENCE_CLASSIFICATION, TOKEN_CLASSIFICATION -> 1;
    };
  }
}
