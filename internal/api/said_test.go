package api

import (
	"encoding/json"
	"testing"
)

func TestASayingHoldsItsValuesOnce(t *testing.T) {
	list := Sayings{"note/left": "{who} left {what}"}
	got := list.Say("note/left", "who", "{what}", "what", "a box")
	if got.Text != "{what} left a box" {
		t.Errorf("the text is %q: a value was taken for a place", got.Text)
	}
	raw, err := json.Marshal(got)
	if err != nil || string(raw) != `{"code":"note/left","values":{"what":"a box","who":"{what}"}}` {
		t.Errorf("%s, %v", raw, err)
	}
	if (Said{Text: "a person's words"}).IsZero() != true || got.IsZero() {
		t.Error("what has no code is said by nobody but who wrote it")
	}
}
