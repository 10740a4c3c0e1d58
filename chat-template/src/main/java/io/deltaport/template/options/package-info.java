/**
 * What a template may use up, {@link io.deltaport.template.options.TemplateLimits}, and what goes
 * wrong, {@link io.deltaport.template.options.TemplateException}. Every package of this module may
 * need this one; it needs none.
 */
@NullMarked
package io.deltaport.template.options;

import org.jspecify.annotations.NullMarked;
