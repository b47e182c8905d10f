package forged

// batch is how many objects are on their way at once; the reader answers by hundreds.
const batch = 1000

// large is the size above which an object is judged less often.
const large = 8 << 10
