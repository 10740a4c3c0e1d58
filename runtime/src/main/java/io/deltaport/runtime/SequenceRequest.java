package io.deltaport.runtime;

/** A request that goes on with a sequence. */
interface SequenceRequest extends Request {
  Sequence sequence();
}
