package io.deltaport.directory;

/** Is told how far a conversion has come. Methods are called by one thread at a time. */
public interface Progress {
  /** Tells nobody. */
  Progress NONE =
      new Progress() {
        @Override
        public void stage(String name, long bytes) {}

        @Override
        public void advance(long bytes) {}
      };

  /** A stage begins that handles so many bytes. */
  void stage(String name, long bytes);

  /** So many more bytes of the stage are done. */
  void advance(long bytes);

  /** Something a user should know, in one line. */
  default void note(String line) {}
}
