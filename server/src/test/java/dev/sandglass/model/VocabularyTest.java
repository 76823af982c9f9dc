package dev.sandglass.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VocabularyTest {

  @Test
  void questionsOfOtherLanguagesAskInEnglishWords() {
    assertThat(Vocabulary.english("Welche Filiale hat insgesamt den höchsten Umsatz?"))
        .isEqualTo("which branch hat total den highest revenue?");
    assertThat(Vocabulary.english("¿Qué producto generó más ingresos por mes?"))
        .isEqualTo("¿what product earned most revenue per month?");
  }

  @Test
  void wordsThatEnglishHasTooAreLeftInEnglishQuestions() {
    assertThat(Vocabulary.english("What is the par score of the pro client in the media?"))
        .isEqualTo("what is the par score of the pro client in the media?");
  }

  @Test
  void shortFormsAreSaidInFull() {
    assertThat(Vocabulary.english("avg fare by type")).isEqualTo("average fare by type");
  }

  @Test
  void namesOfFilesAreLeftAsTheyAre() {
    assertThat(Vocabulary.english("Durchschnitt in umsatz.csv und /mnt/data/preis_neu.csv"))
        .isEqualTo("average in umsatz.csv und /mnt/data/preis_neu.csv");
  }
}
