package keys

import (
	"errors"
	"os"
	"testing"
)

// hostedHome is a hosted organisation's plain home with its protected host.
func hostedHome(t *testing.T) (s, host *Store) {
	t.Helper()
	host = plainHome(t)
	must(t, host.Protect(right))
	return plainHome(t), again(t, host, right)
}

func TestAHostedHomeOpensWithItsHostsKeysAndNoOthers(t *testing.T) {
	s, host := hostedHome(t)
	must(t, s.ProtectUnder(host))
	for _, n := range Names() {
		if exists(s.plainPath(n)) {
			t.Errorf("%s is still plain", n)
		}
	}
	opened := Open(s.dir)
	must(t, opened.UnlockUnder(host))
	allThere(t, opened)

	other := plainHome(t)
	must(t, other.Protect(right))
	stranger := again(t, other, right)
	if err := Open(s.dir).UnlockUnder(stranger); !errors.Is(err, ErrDamaged) {
		t.Errorf("another host's keys: %v", err)
	}
	if err := Open(s.dir).UnlockUnder(Open(host.dir)); !errors.Is(err, ErrLocked) {
		t.Errorf("a locked host: %v", err)
	}
	if err := Open(s.dir).Unlock(right); err == nil {
		t.Error("the host's passphrase opened it without the host's keys")
	}
}

// TestAHostedHomeTakesAPassphraseOnItsWayOut also holds that its host can't open it
// any more then.
func TestAHostedHomeTakesAPassphraseOnItsWayOut(t *testing.T) {
	s, host := hostedHome(t)
	must(t, s.ProtectUnder(host))
	s.Cost = testFactor
	must(t, s.ChangePassphrase(other))
	allThere(t, again(t, s, other))
	if err := Open(s.dir).UnlockUnder(host); err == nil {
		t.Error("the host still opens it")
	}
}

func TestUnderAPlainHostAHomeStaysPlain(t *testing.T) {
	s, host := plainHome(t), plainHome(t)
	must(t, s.ProtectUnder(host))
	if s.Protected() {
		t.Error("it is protected by nothing")
	}
	must(t, Open(s.dir).UnlockUnder(host))
	allThere(t, Open(s.dir))
}

// TestAnInterruptedProtectUnderAHostLosesNothing ends it before each of its changes.
func TestAnInterruptedProtectUnderAHostLosesNothing(t *testing.T) {
	for n := 0; ; n++ {
		s, host := hostedHome(t)
		cut := cutAt(s, n)
		err := s.ProtectUnder(host)
		if *cut != errors.Is(err, errCut) || !*cut && err != nil {
			t.Fatalf("cut before change %d: %v", n+1, err)
		}
		if !*cut {
			if want := 1 + 2*len(Names()); n != want {
				t.Errorf("%d changes, not %d", n, want)
			}
			return
		}
		opened := Open(s.dir)
		must(t, opened.UnlockUnder(host))
		allThere(t, opened)
		must(t, Open(s.dir).ProtectUnder(host))
		opened = Open(s.dir)
		must(t, opened.UnlockUnder(host))
		allThere(t, opened)
	}
}

func TestADamagedUnlockFileOfAHostedHomeSaysSo(t *testing.T) {
	s, host := hostedHome(t)
	must(t, s.ProtectUnder(host))
	must(t, flip(s.unlockPath(), -3))
	if err := Open(s.dir).UnlockUnder(host); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v", err)
	}
	must(t, os.Remove(s.unlockPath()))
	if err := Open(s.dir).UnlockUnder(host); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
