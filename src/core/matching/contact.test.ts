import { describe, expect, it } from "vitest";
import { cityKey, emailKey, phoneKey, streetKey, zipKey } from "./contact.ts";

describe("contacts compare", () => {
  it("by the last nine digits of a telephone number", () => {
    expect(phoneKey("+1 (617) 555-0134")).toBe(phoneKey("617.555.0134"));
    expect(phoneKey("0049 89 1234567")).toBe(phoneKey("089/1234567"));
    expect(phoneKey("555")).toBeUndefined();
    expect(phoneKey("0000000000")).toBeUndefined();
    expect(phoneKey("999-999-9999")).toBeUndefined();
  });

  it("by e-mail, whose domain counts unless it is everybody's", () => {
    expect(emailKey(" AP@Summit.Example ")).toEqual({ email: "ap@summit.example", domain: "summit.example" });
    expect(emailKey("joe@gmail.com")).toEqual({ email: "joe@gmail.com", domain: undefined });
    expect(emailKey("not an address")).toBeUndefined();
  });

  it("by street and number, with the usual words shortened", () => {
    expect(streetKey("12 North Main Street, Suite 4")).toBe(streetKey("12 N. Main St Ste 4"));
    expect(streetKey("Hafenstraße 7")).toBe(streetKey("Hafenstr. 7"));
    expect(streetKey("Main Street")).toBeUndefined();
  });

  it("by ZIP of five and by town", () => {
    expect(zipKey("02110-1234")).toBe("02110");
    expect(zipKey("SW1A 1AA")).toBe("SW1A1AA");
    expect(zipKey(" ")).toBeUndefined();
    expect(cityKey("São Paulo")).toBe(cityKey("SAO PAULO"));
    expect(cityKey("")).toBeUndefined();
  });
});
