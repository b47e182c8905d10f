package photo

import (
	"bytes"
	"encoding/binary"
)

// Flags of an extended WebP (RFC 9649, 2.7).
const webpMoves, webpAlpha = 0x02, 0x10

// webp copies the chunks that draw the picture.
func (p *Photo) webp(raw []byte) error {
	end := uint64(binary.LittleEndian.Uint32(raw[4:])) + 8
	if end > uint64(len(raw)) || end < 12 {
		return broken("the WebP breaks off")
	}
	if end < uint64(len(raw)) {
		p.remove("what followed the picture")
	}
	out := bytes.NewBufferString("RIFF\x00\x00\x00\x00WEBP")
	rest, drawn := raw[12:end], false
	for parts := 0; len(rest) > 0; parts++ {
		if parts > partsMax {
			return broken("the WebP has more than %d parts", partsMax)
		}
		if len(rest) < 8 {
			return broken("the WebP breaks off")
		}
		n := uint64(binary.LittleEndian.Uint32(rest[4:]))
		whole := 8 + n + n&1
		if whole > uint64(len(rest)) {
			return broken("the WebP breaks off")
		}
		kind, body := string(rest[:4]), rest[8:8+n]
		switch kind {
		case "VP8X":
			if n != 10 || parts != 0 {
				return broken("the WebP does not begin with how large it is")
			}
			if body[0]&webpMoves != 0 {
				return broken("the WebP is a film")
			}
			p.Width, p.Height = 1+three(body[4:]), 1+three(body[7:])
			out.Write(rest[:8])
			out.WriteByte(body[0] & webpAlpha)
			out.Write([]byte{0, 0, 0})
			out.Write(body[4:])
		case "ALPH":
			out.Write(rest[:whole])
		case "VP8 ", "VP8L":
			w, h, ok := drawnSize(kind, body)
			if !ok || drawn || p.Width > 0 && (p.Width != w || p.Height != h) {
				return broken("the picture of the WebP can't be read")
			}
			p.Width, p.Height, drawn = w, h, true
			out.Write(rest[:whole])
		case "EXIF":
			p.remove("Exif")
		case "XMP ":
			p.remove("XMP")
		case "ICCP":
			p.remove("ICCP")
		default:
			p.remove("unknown part")
		}
		rest = rest[whole:]
	}
	if !drawn {
		return broken("the WebP has no picture")
	}
	p.Bytes = out.Bytes()
	binary.LittleEndian.PutUint32(p.Bytes[4:], uint32(len(p.Bytes)-8))
	return nil
}

func three(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// drawnSize reads how large the coded picture is: of VP8 (RFC 6386, 9.1) and of the
// lossless kind (RFC 9649, 3.4).
func drawnSize(kind string, b []byte) (width, height int, ok bool) {
	if kind == "VP8L" {
		if len(b) < 5 || b[0] != 0x2f {
			return 0, 0, false
		}
		bits := binary.LittleEndian.Uint32(b[1:])
		return 1 + int(bits&0x3fff), 1 + int(bits>>14&0x3fff), true
	}
	if len(b) < 10 || b[0]&1 != 0 || !bytes.Equal(b[3:6], []byte{0x9d, 0x01, 0x2a}) {
		return 0, 0, false
	}
	return int(binary.LittleEndian.Uint16(b[6:]) & 0x3fff), int(binary.LittleEndian.Uint16(b[8:]) & 0x3fff), true
}
