package dev.sandglass.responses;

import tools.jackson.databind.node.ObjectNode;

/**
 * What is stored of a turn while it runs, so that its response can be retrieved, and gone on from,
 * after a server's sudden end: the response before the turn begins, code before it is run, every
 * item before anybody hears that it is done.
 */
interface Journal {

  /** Of a response that isn't to be stored. */
  Journal NONE = (position, item) -> {};

  /** Stores the item at that position of the output, in place of what was stored of it before. */
  void item(int position, ObjectNode item);
}
