package dev.keymesh.gateway.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

/**
 * The templates of {@code src/main/jte}, which the build turns into classes of this package; what is put into one is
 * escaped for its place.
 */
final class Templates {
    private final TemplateEngine engine = TemplateEngine.createPrecompiled(
            null,
            ContentType.Html,
            Templates.class.getClassLoader(),
            Templates.class.getPackage().getName());

    String render(String name, Object view) {
        StringOutput html = new StringOutput();
        engine.render(name + ".jte", view, html);
        return html.toString();
    }
}
