package dev.sandglass.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

  private static final URI OWN = URI.create("http://127.0.0.1:8080/v1");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "http://127.0.0.1:8080/v1",
        "http://127.0.0.1:8080/v1/",
        "http://localhost:8080/v1"
      })
  void theServerOfThisMachineIsNoModelOfItsOwn(String set) {
    assertThat(Endpoint.model(set, OWN)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8081/v1",
        "http://127.0.0.1:8080/other/v1",
        "http://models.example:8080/v1",
        "https://models.example/v1",
        "not a url"
      })
  void anyOtherEndpointIsAModel(String set) {
    assertThat(Endpoint.model(set, OWN)).isEqualTo(set);
  }

  @Test
  void withoutAServerEveryEndpointIsAModel() {
    assertThat(Endpoint.model(OWN.toString(), null)).isEqualTo(OWN.toString());
  }
}
