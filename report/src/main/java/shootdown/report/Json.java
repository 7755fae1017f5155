package shootdown.report;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Writes JSON, indented, objects and arrays by what is nested in the call. */
final class Json {
    private final JsonGenerator out;

    private Json(JsonGenerator out) {
        this.out = out;
    }

    /** One document: an object whose first field is its versioned schema. */
    static String document(String schema, Consumer<Json> fields) {
        StringWriter text = new StringWriter();
        write(new JsonFactory().createGenerator(new Indented(), text), schema, fields);
        return text.append('\n').toString();
    }

    /** The same on one line. */
    static String compact(String schema, Consumer<Json> fields) {
        StringWriter text = new StringWriter();
        write(new JsonFactory().createGenerator(ObjectWriteContext.empty(), text), schema, fields);
        return text.toString();
    }

    private static void write(JsonGenerator generator, String schema, Consumer<Json> fields) {
        try (generator) {
            generator.writeStartObject();
            generator.writeStringProperty("schema", schema);
            fields.accept(new Json(generator));
            generator.writeEndObject();
        }
    }

    private static final class Indented extends ObjectWriteContext.Base {
        @Override
        public PrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }

    Json field(String name, String value) {
        out.writeStringProperty(name, value);
        return this;
    }

    Json field(String name, long value) {
        out.writeNumberProperty(name, value);
        return this;
    }

    /** Rounded to six places; null if it is no number. */
    Json field(String name, double value) {
        if (Double.isNaN(value)) {
            return nothing(name);
        }
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(6, RoundingMode.HALF_EVEN);
        BigDecimal plain = rounded.stripTrailingZeros();
        out.writeNumberProperty(name, plain.scale() < 0 ? plain.setScale(0) : plain);
        return this;
    }

    Json field(String name, boolean value) {
        out.writeBooleanProperty(name, value);
        return this;
    }

    Json nothing(String name) {
        out.writeNullProperty(name);
        return this;
    }

    Json words(String name, Collection<String> values) {
        out.writeArrayPropertyStart(name);
        values.forEach(out::writeString);
        out.writeEndArray();
        return this;
    }

    Json numbers(String name, Stream<Long> values) {
        out.writeArrayPropertyStart(name);
        values.forEach(out::writeNumber);
        out.writeEndArray();
        return this;
    }

    Json object(String name, Consumer<Json> fields) {
        out.writeObjectPropertyStart(name);
        fields.accept(this);
        out.writeEndObject();
        return this;
    }

    <T> Json array(String name, Collection<T> elements, Element<T> fields) {
        out.writeArrayPropertyStart(name);
        for (T element : elements) {
            out.writeStartObject();
            fields.write(this, element);
            out.writeEndObject();
        }
        out.writeEndArray();
        return this;
    }

    /** Writes the fields of one element. */
    interface Element<T> {
        void write(Json json, T element);
    }
}
