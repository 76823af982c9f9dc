package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesTest {

  @ParameterizedTest
  @CsvSource({
    "gpt-5,gpt-5,true",
    "gpt-5,gpt-5-mini,false",
    "gpt-*,gpt-5-mini,true",
    "gpt-*,gpt-,true",
    "gpt-*,my-gpt-5,false",
    "*-mini,gpt-5-mini,true",
    "*-mini,gpt-5-mini-2,false",
    "*gpt*,my-gpt-5,true",
    "g*5*i,gpt-5-mini,true",
    "*,anything at all,true",
    "**,x,true",
    "gpt.5,gpt-5,false",
    "a(b[c,a(b[c,true",
    "'\\E.*\\Q',x,false",
    "org/*:tag,org/name:tag,true",
    "GPT-5,gpt-5,false",
  })
  void aStarStandsForAnythingAndNothingElseDoes(String pattern, String name, boolean fits) {
    assertThat(Routes.fits(pattern, name)).isEqualTo(fits);
  }

  @Test
  void theFirstRouteThatFitsIsTaken() {
    Map<String, String> inOrder = new LinkedHashMap<>();
    inOrder.put("gpt-5-mini", "small");
    inOrder.put("gpt-*", "big");
    inOrder.put("gpt-5", "never");
    Routes routes = new Routes(inOrder);
    assertThat(routes.upstreamFor("gpt-5-mini")).contains("small");
    assertThat(routes.upstreamFor("gpt-5")).contains("big");
    assertThat(routes.upstreamFor("claude")).isEmpty();
  }

  @Test
  void aNameWithLineBreaksIsANameToo() {
    assertThat(Routes.fits("gpt-*", "gpt-5\nx")).isTrue();
  }
}
