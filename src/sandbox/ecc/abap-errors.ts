/**
 * The three ways a call fails inside the simulated system: a declared exception (the session lives), a message or kernel refusal
 * that the SOAP handler reports as ERROR_MESSAGE_STATE, and a short dump (an HTML 500). Nothing else may leave a function module.
 */
export class AbapException extends Error {
  override readonly name = "AbapException";
  readonly exception: string;
  readonly messageId: string;
  readonly messageNumber: string;

  constructor(exception: string, text = "", message: { id: string; number: string } = { id: "", number: "000" }) {
    super(text);
    this.exception = exception;
    this.messageId = message.id;
    this.messageNumber = message.number;
  }
}

/** What the kernel says before or instead of the module: no S_RFC, unknown parameter, unreadable value. */
export class CallRefused extends Error {
  override readonly name = "CallRefused";
  readonly key: string;

  constructor(key: string, text: string) {
    super(text);
    this.key = key;
  }
}

export class ShortDump extends Error {
  override readonly name = "ShortDump";
  readonly id: string;

  constructor(id: string, text: string) {
    super(text);
    this.id = id;
  }
}
