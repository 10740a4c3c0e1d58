package io.deltaport.converter.rewrite;

import java.util.List;

/** How the jobs of new shards are done. */
public interface Work {
  /** Every job by itself. */
  Work PLAIN =
      new Work() {
        @Override
        public int stage(Job job) {
          return -1;
        }

        @Override
        public List<Job.Piece> pieces(List<Job> jobs, ShardBytes in) {
          return jobs.stream().flatMap(job -> job.pieces(in).stream()).toList();
        }
      };

  /** Jobs of a lower stage are done before those of a higher one, and not together with them. */
  int stage(Job job);

  /** Pieces of work for jobs of one stage, which any thread may do in any order. */
  List<Job.Piece> pieces(List<Job> jobs, ShardBytes in);
}
