package admissiontest

import (
	"strings"
	"testing"
)

func TestARunIsNamedUnlessItSaysOtherwise(t *testing.T) {
	t.Setenv(Env, "")
	if m, err := OfRun(); err != nil || m != Named {
		t.Errorf("%q, %v", m, err)
	}
	t.Setenv(Env, string(Named))
	if m, err := OfRun(); err != nil || m != Named {
		t.Errorf("%q, %v", m, err)
	}
	t.Setenv(Env, "tokens")
	if m, err := OfRun(); err == nil || !strings.Contains(err.Error(), `"tokens"`) {
		t.Errorf("a mode that no ledger has is taken: %q, %v", m, err)
	}
}
