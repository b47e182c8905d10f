package photo

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// ErrNoPhoto says that bytes are no photo that is taken.
var ErrNoPhoto = errors.New("this is no photo that can be kept")

// ErrTooLarge says that a photo has too many bytes or pixels.
var ErrTooLarge = errors.New("the photo is too large")

// Photo is a picture without what was written beside it.
type Photo struct {
	MediaType     string // image/jpeg, image/png or image/webp
	Width, Height int    // as it is stored, before it is turned
	Bytes         []byte
	Removed       []string // names of the parts that were taken out, each once
}

// Clean reads a photo and writes it with the picture alone. The errors are ErrNoPhoto and
// ErrTooLarge, with the reason and what to do.
func Clean(raw []byte) (Photo, error) {
	if len(raw) > BytesMax {
		return Photo{}, fmt.Errorf("%w: it has %d bytes, more than %d; make it smaller, or photograph with fewer pixels", ErrTooLarge, len(raw), BytesMax)
	}
	p := Photo{MediaType: Kind(raw)}
	var err error
	switch p.MediaType {
	case "image/jpeg":
		err = p.jpeg(raw)
	case "image/png":
		err = p.png(raw)
	case "image/webp":
		err = p.webp(raw)
	default:
		return Photo{}, fmt.Errorf("%w: %s; use a JPEG, PNG or WebP", ErrNoPhoto, looksLike(raw))
	}
	if err != nil {
		return Photo{}, err
	}
	switch {
	case p.Width <= 0 || p.Height <= 0:
		return Photo{}, broken("it says nowhere how large the picture is")
	case p.Width > SideMax || p.Height > SideMax || p.Width*p.Height > PixelsMax:
		return Photo{}, fmt.Errorf("%w: the picture has %d by %d pixels, where at most %d a side and %d in all are shown", ErrTooLarge, p.Width, p.Height, SideMax, PixelsMax)
	}
	return p, nil
}

// Kind is the media type of a photo by its first bytes, or "".
func Kind(raw []byte) string {
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, soi, 0xff}):
		return "image/jpeg"
	case bytes.HasPrefix(raw, pngBegin):
		return "image/png"
	case len(raw) >= 12 && string(raw[:4]) == "RIFF" && string(raw[8:12]) == "WEBP":
		return "image/webp"
	}
	return ""
}

// looksLike names what is often sent instead.
func looksLike(raw []byte) string {
	switch {
	case len(raw) == 0:
		return "it is empty"
	case len(raw) >= 12 && string(raw[4:8]) == "ftyp" && slices.Contains([]string{"heic", "heix", "mif1", "heim", "avif"}, string(raw[8:12])):
		return "it is a HEIC or AVIF picture, which not every browser shows"
	case bytes.HasPrefix(raw, []byte("GIF8")):
		return "it is a GIF"
	case bytes.HasPrefix(raw, []byte("%PDF")):
		return "it is a PDF"
	}
	return "its first bytes are those of no photo"
}

func broken(format string, args ...any) error {
	return fmt.Errorf("%w: %s; take it again, or save it anew", ErrNoPhoto, fmt.Sprintf(format, args...))
}

// remove notes that a part is left out.
func (p *Photo) remove(name string) {
	if !slices.Contains(p.Removed, name) {
		p.Removed = append(p.Removed, name)
	}
}
