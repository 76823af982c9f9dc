package dev.sandglass.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One setting: its default and what it means. Everything that is said about a setting anywhere (the
 * binder, docs/configuration.md, error messages) comes from here.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {

  /** The key, where it isn't the component's name in lower-dash. */
  String name() default "";

  /** The default, as it would be written in YAML; "" leaves a nullable setting unset. */
  String value() default "";

  /** One or two sentences for docs/configuration.md. */
  String doc();

  /** A further environment variable that sets it, besides the one made from its path. */
  String env() default "";

  /** The least number, duration or size allowed, as it would be written in YAML. */
  String min() default "";

  /** The greatest. */
  String max() default "";
}
