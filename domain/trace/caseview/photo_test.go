package caseview_test

import (
	"bytes"
	"context"
	"database/sql"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"pedigree/domain/trace/caseview"
)

// photoOf is a small photo, another for each shade, with a text beside the picture.
func photoOf(t testing.TB, shade uint8) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 8, 6))
	m.Set(1, 1, color.RGBA{shade, 80, 90, 255})
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	raw := b.Bytes()
	return slices.Concat(raw, []byte("N 41.8781 W 87.6298"))
}

func (s *side) photographed(id, text string, raw []byte) caseview.PhotoAdded {
	s.t.Helper()
	a, err := s.AddPhoto(s.t.Context(), id, caseview.Evidence{Text: text, By: "clerk"}, raw)
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

func TestAPhotoIsEvidenceAndNothingButThePictureIsKept(t *testing.T) {
	s, _, id := missing(t)
	raw := photoOf(t, 1)
	a := s.photographed(id, "corner crushed", raw)
	if a.MediaType != "image/png" || a.Width != 8 || a.Height != 6 || !slices.Equal(a.Removed, []string{"what followed the picture"}) {
		t.Errorf("kept %+v", a)
	}
	media, kept, err := s.Photo(t.Context(), id, a.Evidence)
	if err != nil || media != "image/png" || !bytes.HasPrefix(raw, kept) || bytes.Contains(kept, []byte("41.8781")) {
		t.Errorf("shown as %s of %d bytes, %v", media, len(kept), err)
	}
	if again := s.photographed(id, "corner crushed", raw); again.Evidence != a.Evidence {
		t.Errorf("sent again it is evidence %d beside %d", again.Evidence, a.Evidence)
	}
	d, err := s.Show(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if e := d.Evidence[a.Evidence-1]; e.Kind != caseview.EvidencePhoto || e.Text != "corner crushed" || e.By != "clerk" || len(d.Evidence) != a.Evidence {
		t.Errorf("the case has %+v", d.Evidence)
	}
}

func TestWhatIsNoPhotoOfTheCaseIsRefused(t *testing.T) {
	s, _, id := missing(t)
	for _, test := range []struct {
		name, what, text string
		raw              []byte
		want             string
	}{
		{id, "a page", "seal", []byte("<script>"), "JPEG, PNG or WebP"},
		{id, "a photo without words", " ", photoOf(t, 1), "say in words"},
		{"99", "a photo of no case", "seal", photoOf(t, 1), "no case"},
	} {
		if _, err := s.AddPhoto(t.Context(), test.name, caseview.Evidence{Text: test.text}, test.raw); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.what, err)
		}
	}
	if f, err := s.vault.Stats(t.Context()); err != nil || f.Documents != 0 {
		t.Errorf("what was refused left %d documents, %v", f.Documents, err)
	}
	if _, err := s.Note(t.Context(), id, caseview.Evidence{Kind: caseview.EvidenceWord, Text: "a word"}); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 7} {
		if _, _, err := s.Photo(t.Context(), id, n); err == nil || !strings.Contains(err.Error(), "is no photo") {
			t.Errorf("evidence %d is shown: %v", n, err)
		}
	}
}

func TestACaseHasSoManyPhotosAndNoMore(t *testing.T) {
	s, _, id := missing(t)
	for n := range caseview.PhotosMax {
		s.photographed(id, "one", photoOf(t, uint8(n)))
	}
	if _, err := s.AddPhoto(t.Context(), id, caseview.Evidence{Text: "one more"}, photoOf(t, 200)); err == nil || !strings.Contains(err.Error(), "the most that are kept") {
		t.Errorf("one too many: %v", err)
	}
}

func TestAPhotoIsErasedOnceItsCaseIsClosed(t *testing.T) {
	s, _, id := missing(t)
	a := s.photographed(id, "a person in the picture", photoOf(t, 1))
	d, err := s.Show(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	document := d.Evidence[a.Evidence-1].Document
	needed := func() (is bool) {
		t.Helper()
		err := s.vault.View(t.Context(), func(tx *sql.Tx) error {
			is, err = caseview.OfEvidence(t.Context(), tx, document)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return is
	}
	if !needed() {
		t.Error("the photo of an open case may be erased")
	}
	if _, err := s.Withdraw(t.Context(), id, "clerk", "bought elsewhere"); err != nil {
		t.Fatal(err)
	}
	if needed() {
		t.Error("the photo of a closed case may not be erased")
	}
	err = s.vault.Update(context.Background(), func(tx *sql.Tx) error {
		_, err := s.vault.DestroyDocument(t.Context(), tx, document)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Photo(t.Context(), id, a.Evidence); err == nil || !strings.Contains(err.Error(), "was erased") {
		t.Errorf("an erased photo is answered %v", err)
	}
}
