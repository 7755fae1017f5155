package shootdown.engine;

/**
 * Block ids have outgrown the key layout of a search that is on disk, so that what was found since
 * its last safe point must be found again with a wider one. Never leaves the package.
 */
final class LayoutOutgrown extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LayoutOutgrown() {
        super("layout outgrown", null, false, false);
    }
}
