/** A ZIP file of a few parts, deflated: as much of the format as a workbook needs. The same parts make the same bytes: all bear the earliest date. */
import { crc32, deflateRawSync } from "node:zlib";

const localHead = 0x04034b50;
const centralHead = 0x02014b50;
const endHead = 0x06054b50;
const version = 20;
const deflated = 8;
/** 1 January 1980, in the form of DOS. */
const dosDate = 0x0021;
const bytesMax = 0xffff_fffe;

function headerOf(part: { name: Buffer; crc: number; packed: Buffer; size: number }): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(version, 0);
  header.writeUInt16LE(deflated, 4);
  header.writeUInt16LE(dosDate, 8);
  header.writeUInt32LE(part.crc, 10);
  header.writeUInt32LE(part.packed.length, 14);
  header.writeUInt32LE(part.size, 18);
  header.writeUInt16LE(part.name.length, 22);
  return header;
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

export function zip(parts: Readonly<Record<string, string>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(parts)) {
    const content = Buffer.from(text);
    const part = { name: Buffer.from(name), crc: crc32(content), packed: deflateRawSync(content), size: content.length };
    const header = headerOf(part);
    const made = uint32(version).subarray(0, 2);
    directory.push(uint32(centralHead), made, header, Buffer.alloc(14 - 4), uint32(offset), part.name);
    bodies.push(uint32(localHead), header, part.name, part.packed);
    offset += 4 + header.length + part.name.length + part.packed.length;
    if (offset > bytesMax) throw new Error("Assertion failed: a workbook is smaller than 4 GB");
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(endHead, 0);
  end.writeUInt16LE(Object.keys(parts).length, 8);
  end.writeUInt16LE(Object.keys(parts).length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}
