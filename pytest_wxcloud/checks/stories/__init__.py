"""Stories: several people use the operations of a back end in any order, and a model says what each of them may.

`part` learns how the events of an operation name what others have made, `model` is the oracle, `story` plays steps and
judges each by what it did, `telling` puts it into words, `driver` has Hypothesis look for the story that goes wrong.
"""
