package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
)

// Passphrase is what opens a home. It prints without its text.
type Passphrase string

// Format keeps the text out of logs and messages.
func (Passphrase) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "(passphrase)") }

// check judges a passphrase before it is used for the first time.
func (p Passphrase) check() error {
	switch {
	case len(p) < passphraseBytesMin:
		return fmt.Errorf("%w: it is shorter than %d bytes; five or six random words make a good one", ErrWeak, passphraseBytesMin)
	case len(p) > passphraseBytesMax:
		return fmt.Errorf("%w: it is longer than %d bytes", ErrWeak, passphraseBytesMax)
	case !utf8.ValidString(string(p)):
		return fmt.Errorf("%w: it isn't UTF-8 text", ErrWeak)
	}
	for _, r := range string(p) {
		if unicode.IsControl(r) {
			return fmt.Errorf("%w: it has a control character or a second line; nobody could type it", ErrWeak)
		}
	}
	return nil
}

// Credential is the name under which systemd hands the passphrase over
// (LoadCredential= or LoadCredentialEncrypted= in the unit).
const Credential = "pedigree-passphrase"

// FromFile reads a passphrase from a file that only its owner may read. One line
// end after it is not part of it.
func FromFile(path string) (Passphrase, error) {
	text, err := readPrivate(path, passphraseBytesMax+2)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("couldn't read the passphrase: %w; make the file, mode 0600, or name another one", err)
	}
	if err != nil {
		return "", fmt.Errorf("couldn't read the passphrase: %w", err)
	}
	return trimLine(text), nil
}

// FromCredential reads the passphrase that systemd put into a folder for this
// service; the folder is the value of CREDENTIALS_DIRECTORY.
func FromCredential(folder string) (Passphrase, error) {
	if folder == "" {
		return "", fmt.Errorf("couldn't read the passphrase: systemd gave this process no credentials; "+
			"add LoadCredentialEncrypted=%s:FILE to its unit, or change keys.unlock", Credential)
	}
	return FromFile(filepath.Join(folder, Credential))
}

func trimLine(text []byte) Passphrase {
	text = bytes.TrimSuffix(text, []byte("\n"))
	return Passphrase(bytes.TrimSuffix(text, []byte("\r")))
}

// Ask asks for a passphrase on a terminal and shows nothing of what is typed.
func Ask(in *os.File, words io.Writer, question string) (Passphrase, error) {
	if !term.IsTerminal(int(in.Fd())) {
		return "", fmt.Errorf("couldn't ask for the passphrase: %w; run the command on one, or set keys.unlock to file or credential in pedigree.yaml", ErrNoTerminal)
	}
	fmt.Fprintf(words, "%s: ", question)
	text, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(words)
	if err != nil {
		return "", fmt.Errorf("couldn't read the passphrase from the terminal: %w", err)
	}
	return Passphrase(text), nil
}

// AskNew asks twice for a passphrase that is new.
func AskNew(in *os.File, words io.Writer) (Passphrase, error) {
	first, err := Ask(in, words, "New passphrase")
	if err != nil {
		return "", err
	}
	if err := first.check(); err != nil {
		return "", err
	}
	second, err := Ask(in, words, "The same again")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", fmt.Errorf("%w: the two that were typed differ", ErrWeak)
	}
	return first, nil
}
