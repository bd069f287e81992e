# A newcomer's track
error-track-standard-is-read = A standard is read: choose the kind “Read”.
error-track-quiz-is-taken = A quiz is taken: choose the kind “Take a quiz”.
error-track-has-left = This employee has left.
error-track-no-mark = Marks are for talks and assessments.
error-track-only-last = Only the last assessment says how it ended.
conflict-track-begun = This employee has been on this track.
conflict-track-by-itself = This step is done by itself: when the standard is signed or the quiz is passed.
conflict-track-step-done = The step is done already.
conflict-track-step-open = The step is not done yet.
conflict-track-not-running = The track is closed. To change it, take back the last assessment.
forbidden-track-head-only = This step is the branch head's to tick, and not for oneself.

access-noun-track = Newcomer tracks
access-noun-newcomer = Newcomers
access-verb-track-created = Track made
access-verb-track-changed = Track changed
access-verb-newcomer-begun = Newcomer began a track
access-verb-newcomer-ticked = Step ticked
access-verb-newcomer-unticked = Tick taken back
access-verb-newcomer-stopped = Track stopped: the employee left
access-verb-newcomer-resumed = Track resumed
