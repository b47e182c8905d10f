package api

import (
	"strings"
	"testing"
)

func TestABodyNamesEveryFieldOnceAndAsItIsWritten(t *testing.T) {
	for body, right := range map[string]bool{
		`{"a": 1, "b": {"a": 2}, "c": [{"a": 1}, {"a": 1}, "a", ["a"]], "d": "a"}`: true,
		`{"a": 1, "a": 2}`:                   false,
		`{"a": {"b": 1, "c": [], "b": 2}}`:   false,
		`[{"a": 1}, {"b": {}, "b": {}}]`:     false,
		`{"a": "a", "b": "a", "c": ["b"]}`:   true,
		`{"a": [1, {"x": [{}]}], "a": null}`: false,
		`{"a\u0062": 1, "ab": 2}`:            false,
	} {
		var v any
		err := strictJSON.Unmarshal([]byte(body), &v)
		if (err == nil) != right {
			t.Errorf("%s: %v", body, err)
		}
		if err != nil && !strings.Contains(err.Error(), "twice in one object") {
			t.Errorf("%s is refused with %q", body, err)
		}
	}
}
