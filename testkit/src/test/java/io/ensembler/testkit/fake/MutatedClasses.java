package io.ensembler.testkit.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * All classes of this project once more, some of them compiled from changed sources: what is loaded here runs with the
 * change, and shares with the rest of this process what the project does not own.
 */
final class MutatedClasses extends ClassLoader {

    private static final String OURS = "io.ensembler.";
    private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

    private final Map<String, byte[]> changed;

    private MutatedClasses(Map<String, byte[]> changed) {
        super(MutatedClasses.class.getClassLoader());
        this.changed = changed;
    }

    /**
     * Compiles the sources that these edits change.
     *
     * @throws AssertionError if a piece is not found exactly once, or what comes of it cannot be compiled
     */
    static MutatedClasses by(List<Mutant.Edit> edits) {
        return new MutatedClasses(compile(changedSources(edits)));
    }

    /**
     * Returns the sources that these edits change, as they are then, by file.
     *
     * @throws AssertionError if a piece is not found exactly once
     */
    static Map<String, String> changedSources(List<Mutant.Edit> edits) {
        var sources = new LinkedHashMap<String, String>();
        for (var edit : edits) {
            sources.put(edit.file(), changed(edit, sources.getOrDefault(edit.file(), read(edit.file()))));
        }
        return sources;
    }

    private static String read(String file) {
        try {
            return Files.readString(PROJECT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String changed(Mutant.Edit edit, String source) {
        int first = source.indexOf(edit.from());
        if (first < 0 || source.indexOf(edit.from(), first + 1) >= 0) {
            throw new AssertionError(
                    edit.file() + " has " + (first < 0 ? "nowhere" : "more than once") + ": " + edit.from());
        }
        return source.substring(0, first)
                + edit.to()
                + source.substring(first + edit.from().length());
    }

    private static Map<String, byte[]> compile(Map<String, String> sources) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var problems = new StringWriter();
        var units = new ArrayList<Source>();
        sources.forEach((file, text) -> units.add(new Source(file, text)));
        var options = List.of("-proc:none", "-nowarn", "-classpath", System.getProperty("java.class.path"));
        try (var files = new Compiled(compiler.getStandardFileManager(null, null, null))) {
            if (!compiler.getTask(problems, files, null, options, null, units).call()) {
                throw new AssertionError("cannot be compiled: " + problems);
            }
            return files.classes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            var loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        var bytes = changed.get(name);
        if (bytes == null) {
            try (var unchanged = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (unchanged == null) {
                    throw new ClassNotFoundException(name);
                }
                bytes = unchanged.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    /** Returns another instance of a class, one of those here. */
    <T> T create(Class<? extends T> original, Class<T> known) {
        try {
            var constructor = loadClass(original.getName()).getDeclaredConstructor();
            constructor.setAccessible(true);
            return known.cast(constructor.newInstance());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot create " + original, e);
        }
    }

    /** A source that stands nowhere but here. */
    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String file, String text) {
            super(URI.create("string:///" + file), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps what is compiled in memory. */
    private static final class Compiled extends ForwardingJavaFileManager<JavaFileManager> {

        private final Map<String, ByteArrayOutputStream> byName = new HashMap<>();

        Compiled(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("bytes:///" + className), kind) {
                @Override
                public OutputStream openOutputStream() {
                    var bytes = new ByteArrayOutputStream();
                    byName.put(className, bytes);
                    return bytes;
                }
            };
        }

        Map<String, byte[]> classes() {
            var classes = new HashMap<String, byte[]>();
            byName.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }
}
