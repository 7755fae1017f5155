package shootdown.cluster;

/**
 * Names a search, or one beginning of it.
 *
 * @param id drawn at random by whoever asks
 * @param epoch counts the losses in it: what belongs to another epoch is not for this one
 */
record Run(long id, int epoch) {
    static Run read(In in) {
        return new Run(in.word(), in.small());
    }

    void write(Out out) {
        out.word(id).number(epoch);
    }

    Run next() {
        return new Run(id, epoch + 1);
    }
}
