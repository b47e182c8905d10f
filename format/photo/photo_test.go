package photo_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"pedigree/format/photo"
)

const secret = "N 41.8781 W 87.6298, taken by Jane"

func picture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 48, 32))
	for x := range 48 {
		for y := range 32 {
			m.Set(x, y, color.RGBA{uint8(5 * x), uint8(7 * y), 90, 255})
		}
	}
	return m
}

func jpegOf(t testing.TB) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// webpOf is a lossless WebP of one pixel.
func webpOf(t testing.TB) []byte {
	raw, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// withSegment puts a segment behind a JPEG's beginning.
func withSegment(raw []byte, marker byte, body string) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2))
	return slices.Concat(raw[:2], head, []byte(body), raw[2:])
}

func exif(way byte) string {
	return "Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00" + string(way) + "\x00\x00\x00\x00\x00\x00\x00" + secret
}

// withChunk puts a chunk behind a PNG's first.
func withChunk(raw []byte, kind, body string) []byte {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	chunk = append(chunk, kind+body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return slices.Concat(raw[:33], chunk, raw[33:])
}

// withRIFF puts a chunk at a WebP's end.
func withRIFF(raw []byte, kind, body string) []byte {
	out := append(bytes.Clone(raw), kind...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(body)))
	out = append(out, body+strings.Repeat("\x00", len(body)&1)...)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

func TestNothingButThePictureIsKept(t *testing.T) {
	for name, test := range map[string]struct {
		raw, plain []byte
		media      string
		removed    []string
	}{
		"a JPEG with a place, an author, a second picture and a film behind it": {
			append(withSegment(withSegment(withSegment(jpegOf(t), 0xfe, secret), 0xe2, "MPF\x00"+secret), 0xe1, exif(1)), secret...), jpegOf(t), "image/jpeg",
			[]string{"Exif", "APP2", "comment", "what followed the picture"},
		},
		"a JPEG with XMP":  {withSegment(jpegOf(t), 0xe1, "http://ns.adobe.com/xap/1.0/\x00"+secret), jpegOf(t), "image/jpeg", []string{"APP1"}},
		"a JPEG":           {jpegOf(t), jpegOf(t), "image/jpeg", nil},
		"a PNG with texts": {append(withChunk(withChunk(pngOf(t), "tEXt", secret), "eXIf", secret), secret...), pngOf(t), "image/png", []string{"Exif", "tEXt", "what followed the picture"}},
		"a PNG":            {pngOf(t), pngOf(t), "image/png", nil},
		"a WebP with a place": {
			append(withRIFF(withRIFF(withRIFF(webpOf(t), "EXIF", secret), "XMP ", secret), "own!", secret), secret...), webpOf(t), "image/webp",
			[]string{"what followed the picture", "Exif", "XMP", "unknown part"},
		},
		"a WebP": {webpOf(t), webpOf(t), "image/webp", nil},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := photo.Clean(test.raw)
			if err != nil {
				t.Fatal(err)
			}
			if p.MediaType != test.media || !bytes.Equal(p.Bytes, test.plain) || !slices.Equal(p.Removed, test.removed) {
				t.Errorf("kept %s of %d bytes without %q, want %s of %d without %q", p.MediaType, len(p.Bytes), p.Removed, test.media, len(test.plain), test.removed)
			}
			if bytes.Contains(p.Bytes, []byte(secret)) {
				t.Error("what was written beside the picture is still there")
			}
			again, err := photo.Clean(p.Bytes)
			if err != nil || !bytes.Equal(again.Bytes, p.Bytes) || again.Removed != nil {
				t.Errorf("read again it is another: %v, without %q", err, again.Removed)
			}
		})
	}
}

func TestWhichWayUpAPictureIsStays(t *testing.T) {
	for way := byte(0); way <= 9; way++ {
		p, err := photo.Clean(withSegment(jpegOf(t), 0xe1, exif(way)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jpeg.Decode(bytes.NewReader(p.Bytes)); err != nil {
			t.Errorf("way %d: what is kept can't be drawn: %v", way, err)
		}
		kept := bytes.Contains(p.Bytes, []byte{0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, way})
		if want := way >= 2 && way <= 8; kept != want || bytes.Contains(p.Bytes, []byte(secret)) {
			t.Errorf("way %d is kept: %v, want %v", way, kept, want)
		}
	}
}

func TestWhatIsNoPhotoIsRefusedWithWhatToDo(t *testing.T) {
	wide := pngOf(t)
	binary.BigEndian.PutUint32(wide[16:], photo.SideMax+1)
	binary.BigEndian.PutUint32(wide[29:], crc32.ChecksumIEEE(wide[12:29]))
	damaged := pngOf(t)
	damaged[50] ^= 1
	film := append([]byte("RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02"), make([]byte, 9)...)
	for name, test := range map[string]struct {
		raw  []byte
		is   error
		want string
	}{
		"nothing":                   {nil, photo.ErrNoPhoto, "it is empty"},
		"a page":                    {[]byte("<html><script>alert(1)</script>"), photo.ErrNoPhoto, "use a JPEG, PNG or WebP"},
		"a drawing with a script":   {[]byte("<svg xmlns='http://www.w3.org/2000/svg'>"), photo.ErrNoPhoto, "no photo"},
		"an iPhone's own format":    {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), photo.ErrNoPhoto, "HEIC"},
		"a GIF":                     {[]byte("GIF89a"), photo.ErrNoPhoto, "GIF"},
		"a PDF":                     {[]byte("%PDF-1.7"), photo.ErrNoPhoto, "PDF"},
		"half a JPEG":               {jpegOf(t)[:400], photo.ErrNoPhoto, "breaks off"},
		"a JPEG without a picture":  {[]byte{0xff, 0xd8, 0xff, 0xd9}, photo.ErrNoPhoto, "no picture"},
		"a JPEG with an odd part":   {withSegment(jpegOf(t), 0xc8, "x"), photo.ErrNoPhoto, "0xc8"},
		"half a PNG":                {pngOf(t)[:60], photo.ErrNoPhoto, "breaks off"},
		"a damaged PNG":             {damaged, photo.ErrNoPhoto, "damaged"},
		"a PNG with a foreign part": {withChunk(pngOf(t), "EVIL", "x"), photo.ErrNoPhoto, "isn't known"},
		"half a WebP":               {webpOf(t)[:20], photo.ErrNoPhoto, "breaks off"},
		"a film":                    {film, photo.ErrNoPhoto, "film"},
		"a picture too wide":        {wide, photo.ErrTooLarge, "16384 a side"},
		"too many bytes":            {append(jpegOf(t), make([]byte, photo.BytesMax)...), photo.ErrTooLarge, "make it smaller"},
	} {
		t.Run(name, func(t *testing.T) {
			if p, err := photo.Clean(test.raw); !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("answered %v, %v", p.MediaType, err)
			}
		})
	}
	fits := make([]byte, photo.BytesMax)
	copy(fits, jpegOf(t))
	if _, err := photo.Clean(fits); err != nil {
		t.Errorf("one of the largest size: %v", err)
	}
}

func FuzzClean(f *testing.F) {
	f.Add(withSegment(jpegOf(f), 0xe1, exif(6)))
	f.Add(pngOf(f))
	f.Add(withRIFF(webpOf(f), "EXIF", secret))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := photo.Clean(raw)
		if err != nil {
			return
		}
		again, err := photo.Clean(p.Bytes)
		if err != nil || !bytes.Equal(again.Bytes, p.Bytes) || again.MediaType != p.MediaType {
			t.Fatalf("what was written is read as another: %v", err)
		}
	})
}
