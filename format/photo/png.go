package photo

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

var pngBegin = []byte("\x89PNG\r\n\x1a\n")

// pngKept are the chunks that draw the picture.
var pngKept = map[string]bool{"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "sBIT": true, "bKGD": true}

// png copies the chunks that draw the picture.
func (p *Photo) png(raw []byte) error {
	out := bytes.NewBuffer(bytes.Clone(pngBegin))
	rest, drawn := raw[len(pngBegin):], false
	for i := range partsMax {
		if len(rest) < 12 {
			return broken("the PNG breaks off")
		}
		n := uint64(binary.BigEndian.Uint32(rest))
		if n > uint64(len(rest)-12) {
			return broken("the PNG breaks off")
		}
		kind, chunk := string(rest[4:8]), rest[:12+n]
		if crc32.ChecksumIEEE(chunk[4:8+n]) != binary.BigEndian.Uint32(chunk[8+n:]) {
			return broken("a part of the PNG is damaged")
		}
		if (i == 0) != (kind == "IHDR") || kind == "IHDR" && n != 13 {
			return broken("the PNG does not begin with how large it is")
		}
		switch {
		case kind == "IHDR":
			p.Width, p.Height = side(chunk[8:]), side(chunk[12:])
		case kind == "IDAT":
			drawn = true
		case kind[0] >= 'A' && kind[0] <= 'Z' && !pngKept[kind]:
			return broken("the PNG needs a part that isn't known")
		}
		if pngKept[kind] {
			out.Write(chunk)
		} else {
			p.remove(pngName(kind))
		}
		rest = rest[12+n:]
		if kind != "IEND" {
			continue
		}
		if !drawn {
			return broken("the PNG has no picture")
		}
		if len(rest) > 0 {
			p.remove("what followed the picture")
		}
		p.Bytes = out.Bytes()
		return nil
	}
	return broken("the PNG has more than %d parts", partsMax)
}

// side reads a length of four bytes; one that no picture has is larger than any limit.
func side(b []byte) int { return int(min(binary.BigEndian.Uint32(b), 1<<20)) }

// pngName names a chunk, of which only letters are shown.
func pngName(kind string) string {
	if kind == "eXIf" {
		return "Exif"
	}
	for _, c := range []byte(kind) {
		if c < 'A' || c > 'z' || c > 'Z' && c < 'a' {
			return "unknown part"
		}
	}
	return kind
}
