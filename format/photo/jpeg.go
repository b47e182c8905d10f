package photo

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	soi, eoi, sos, dqt, dri, dac, dht, com = 0xd8, 0xd9, 0xda, 0xdb, 0xdd, 0xcc, 0xc4, 0xfe
	sof0, sof2                             = 0xc0, 0xc2 // baseline, extended and progressive
	app0, app1, app14, app15               = 0xe0, 0xe1, 0xee, 0xef
	rst0, rst7                             = 0xd0, 0xd7
	jfifBytes, adobeBytes                  = 14, 12
)

// jpeg copies the segments that draw the picture.
func (p *Photo) jpeg(raw []byte) error {
	var out bytes.Buffer
	out.Write([]byte{0xff, soi})
	at, scans, turned := 2, 0, 1
	for range partsMax {
		for at < len(raw) && raw[at] == 0xff && at+1 < len(raw) && raw[at+1] == 0xff {
			at++ // fill bytes
		}
		if at+2 > len(raw) || raw[at] != 0xff {
			return broken("the JPEG ends or breaks off at byte %d", at)
		}
		marker := raw[at+1]
		if marker == eoi {
			if scans == 0 {
				return broken("the JPEG has no picture")
			}
			if at+2 < len(raw) {
				p.remove("what followed the picture")
			}
			out.Write([]byte{0xff, eoi})
			p.Bytes = withOrientation(out.Bytes(), turned)
			return nil
		}
		body, next, err := segment(raw, at)
		if err != nil {
			return err
		}
		switch {
		case marker == sos:
			scans++
			next = entropyEnd(raw, next)
			out.Write(raw[at:next])
		case marker >= sof0 && marker <= sof2:
			if len(body) < 6 || p.Width > 0 {
				return broken("the JPEG says twice, or not, how large it is")
			}
			p.Height, p.Width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
			out.Write(raw[at:next])
		case marker == dqt || marker == dht || marker == dri:
			out.Write(raw[at:next])
		case marker == app0 && len(body) >= jfifBytes && bytes.HasPrefix(body, []byte("JFIF\x00")):
			out.Write([]byte{0xff, app0, 0, jfifBytes + 2})
			out.Write(body[:jfifBytes-2])
			out.Write([]byte{0, 0}) // without its thumbnail
		case marker == app14 && len(body) == adobeBytes && bytes.HasPrefix(body, []byte("Adobe")):
			out.Write(raw[at:next]) // says which colours are meant
		case marker == app1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
			turned = orientation(body[6:])
			p.remove("Exif")
		case marker == com:
			p.remove("comment")
		case marker >= app0 && marker <= app15:
			p.remove(fmt.Sprintf("APP%d", marker-app0))
		default:
			return broken("the JPEG has a part %#02x, which no camera writes", marker)
		}
		at = next
	}
	return broken("the JPEG has more than %d parts", partsMax)
}

// segment is the content of the segment at a place, and where the next begins.
func segment(raw []byte, at int) (body []byte, next int, err error) {
	if at+4 > len(raw) {
		return nil, 0, broken("the JPEG breaks off at byte %d", at)
	}
	n := int(binary.BigEndian.Uint16(raw[at+2:]))
	if n < 2 || at+2+n > len(raw) {
		return nil, 0, broken("the JPEG breaks off at byte %d", at)
	}
	return raw[at+4 : at+2+n], at + 2 + n, nil
}

// entropyEnd finds the marker behind the coded picture.
func entropyEnd(raw []byte, at int) int {
	for at+1 < len(raw) {
		i := bytes.IndexByte(raw[at:len(raw)-1], 0xff)
		if i < 0 {
			break
		}
		at += i
		if m := raw[at+1]; m != 0 && m != 0xff && (m < rst0 || m > rst7) {
			return at
		}
		at++
	}
	return len(raw)
}
