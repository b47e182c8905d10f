package verdict

// Word is the first word of an answer to a person.
type Word string

// The three words.
const (
	OK         Word = "ok"
	Stop       Word = "stop"
	CannotTell Word = "cannot tell"
)

// Worse returns the graver of two words: STOP before CAN'T TELL before OK.
func (w Word) Worse(other Word) Word {
	for _, bad := range []Word{Stop, CannotTell} {
		if w == bad || other == bad {
			return bad
		}
	}
	return OK
}

// Label is the word as people read it: OK, STOP or CAN'T TELL.
func (w Word) Label() string {
	switch w {
	case OK:
		return "OK"
	case Stop:
		return "STOP"
	}
	return "CAN'T TELL"
}
