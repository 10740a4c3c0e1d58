package io.deltaport.converter.rewrite;

import java.util.List;

/** How the rewrites of new shards are done. */
public interface Work {
  /** Every rewrite by itself. */
  Work PLAIN =
      new Work() {
        @Override
        public int stage(Rewrite rewrite) {
          return -1;
        }

        @Override
        public List<Rewrite.Piece> pieces(List<Rewrite> rewrites, ShardBytes in) {
          return rewrites.stream().flatMap(rewrite -> rewrite.pieces(in).stream()).toList();
        }
      };

  /** Jobs of a lower stage are done before those of a higher one, and not together with them. */
  int stage(Rewrite rewrite);

  /** Pieces of work for rewrites of one stage, which any thread may do in any order. */
  List<Rewrite.Piece> pieces(List<Rewrite> rewrites, ShardBytes in);
}
