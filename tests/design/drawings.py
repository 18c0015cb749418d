"""A drawn process of the small catalogue's life event."""

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="urn:tongban:bpmn" id="d">
  <process id="p" name="加入图书馆" isExecutable="true">
    <startEvent id="start"/>
    <sequenceFlow id="a" sourceRef="start" targetRef="card"/>
    <callActivity id="card" name="借书证" {card}/>
    <sequenceFlow id="b" sourceRef="card" targetRef="locker"/>
    <callActivity id="locker" name="储物柜" {locker}/>
    <sequenceFlow id="c" sourceRef="locker" targetRef="look"/>
    <userTask id="look" name="会审" {look}/>
    <sequenceFlow id="e" sourceRef="look" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>
"""
FITTING = {"card": 't:item="card"', "locker": 't:item="locker"', "look": 't:department="library"'}
